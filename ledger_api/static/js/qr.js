import{a,b}from"./part-6CEONT6F.js";export{b as draw,a as squares};
