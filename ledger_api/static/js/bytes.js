import{a,b,c,d,e,f,g,h}from"./part-AEHSV755.js";export{b as bytesOf,e as equal,a as hexOf,f as isZero,d as joined,g as numberOf,c as textBytes,h as word};
