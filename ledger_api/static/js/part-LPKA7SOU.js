import{a}from"./part-63GUHD3N.js";import"./part-36JAYLU4.js";import"./part-2FKD424B.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as heldOf};
