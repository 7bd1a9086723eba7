import{w as a,x as b}from"./part-DYV3VELO.js";import"./part-AEHSV755.js";export{a as keccak,b as keccakText};
