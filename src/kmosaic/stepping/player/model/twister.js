// The Mersenne Twister as NumPy's RandomState seeds and reads it (M. Matsumoto, T. Nishimura,
// 1998): the same seed draws the same points here as in Python.

const LENGTH = 624;
const MIDDLE = 397;

export class Twister {
  /** @param {number} seed a whole number from 0 to 2³² − 1 */
  constructor(seed) {
    this.state = new Uint32Array(LENGTH);
    this.place = LENGTH;
    this.state[0] = seed >>> 0;
    for (let i = 1; i < LENGTH; i++) {
      const before = this.state[i - 1] ^ (this.state[i - 1] >>> 30);
      this.state[i] = Math.imul(1812433253, before) + i;
    }
  }

  /** Thirty-two random bits. */
  bits() {
    if (this.place === LENGTH) this.twist();
    let y = this.state[this.place++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** A number from 0 to 1 with 53 random bits. */
  number() {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  twist() {
    const s = this.state;
    for (let i = 0; i < LENGTH; i++) {
      const y = (s[i] & 0x80000000) | (s[(i + 1) % LENGTH] & 0x7fffffff);
      s[i] = s[(i + MIDDLE) % LENGTH] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.place = 0;
  }
}
