import{a,b}from"./part-N4FQSTL3.js";export{b as drawing,a as squares};
