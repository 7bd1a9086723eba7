import{a as i,h as n}from"./part-2FKD424B.js";async function m(e,r,t){if(t.length===i)return n(e,r,t);let{isSecp256k1Signature:o}=await import("./part-TIB3O67J.js");return o(e,r,t)}export{m as a};
