import{w as a,x as b}from"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as keccak,b as keccakText};
