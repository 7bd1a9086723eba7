import{a,b,c,d}from"./part-OEBWVHKN.js";import"./part-2RVBJW25.js";import"./part-DYV3VELO.js";import"./part-AEHSV755.js";export{a as Problem,b as ask,c as post,d as recorded};
