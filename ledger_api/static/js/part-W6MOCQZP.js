import{a}from"./part-FQ622WLP.js";import"./part-SFNILHOW.js";import"./part-2FKD424B.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as heldOf};
