import{a,b,c,d}from"./part-EN3WKIY5.js";import"./part-I7JNI3NR.js";import"./part-ZIUWON3D.js";import"./part-AEHSV755.js";export{a as Problem,b as ask,c as post,d as recorded};
