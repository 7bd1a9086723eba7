import{a}from"./part-5CGEBBP7.js";import"./part-CE2YFLAR.js";import"./part-DYV3VELO.js";import"./part-AEHSV755.js";export{a as isSignature};
