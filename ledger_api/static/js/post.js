import{a,b,c,d}from"./part-OVHMNN35.js";import"./part-MGLO4XIM.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as Problem,b as ask,c as post,d as recorded};
