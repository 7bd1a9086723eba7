import{a}from"./part-QE6WEM5S.js";import"./part-ER264EYZ.js";import"./part-CE2YFLAR.js";import"./part-DYV3VELO.js";import"./part-AEHSV755.js";export{a as heldOf};
