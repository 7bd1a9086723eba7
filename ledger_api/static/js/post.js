import{a,b,c,d}from"./part-AYPGEU4Y.js";import"./part-MGLO4XIM.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as Problem,b as ask,c as post,d as recorded};
