import{a}from"./part-6YQXQ5C6.js";import"./part-2FKD424B.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as isSignature};
