function o(){for(let t of document.querySelectorAll("button[data-loading]"))t.disabled=!1}export{o as a};
