import{a}from"./part-5UBE4IG5.js";import"./part-W4WE6TVJ.js";import"./part-2FKD424B.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as heldOf};
