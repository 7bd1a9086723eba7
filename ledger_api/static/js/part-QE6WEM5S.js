import{b as o,e as r,f as b}from"./part-ER264EYZ.js";import{b as c,f as t}from"./part-CE2YFLAR.js";var n={p:BigInt("0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),n:BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),h:BigInt(1),a:BigInt("0xffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),b:BigInt("0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),Gx:BigInt("0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),Gy:BigInt("0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")};var d=r(n),a=b(d,o);async function m(f){if(!a.utils.isValidSecretKey(f))throw new RangeError("is not a private key");let e=new Uint8Array(a.getPublicKey(f,!1)).slice(1);return{address:c(e),publicKey:e,privateKey:await t(f,e)}}export{m as a};
/*! Bundled license information:

@noble/curves/nist.js:
  (*! noble-curves - MIT License (c) 2022 Paul Miller (paulmillr.com) *)
*/
