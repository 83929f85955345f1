/** The power of each frequency in a stretch of samples: a Fourier transform of a power of two under a Hann window. */

export class Fourier {
  readonly size: number;
  readonly #window: Float64Array;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #order: Uint32Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  /** So that a sine of amplitude 1 has the power 1. */
  readonly #scale: number;

  /** `size` is a power of two. */
  constructor(size: number) {
    this.size = size;
    this.#window = Float64Array.from(
      { length: size },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
    );
    this.#cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
    this.#sines = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
    const bits = Math.log2(size);
    this.#order = Uint32Array.from({ length: size }, (_, i) => {
      let turned = 0;
      for (let bit = 0; bit < bits; bit++) turned |= ((i >> bit) & 1) << (bits - 1 - bit);
      return turned;
    });
    this.#real = new Float64Array(size);
    this.#imaginary = new Float64Array(size);
    this.#scale = (2 / this.#window.reduce((sum, share) => sum + share, 0)) ** 2;
  }

  /** Add the power of each of the `size / 2 + 1` frequencies to `into`; samples that are not finite count as 0. */
  addPower(samples: Float32Array, into: Float64Array): void {
    const { size } = this;
    const [real, imaginary] = [this.#real, this.#imaginary];
    for (let i = 0; i < size; i++) {
      const sample = samples[i];
      real[this.#order[i]] = Number.isFinite(sample) ? sample * this.#window[i] : 0;
    }
    imaginary.fill(0);
    for (let length = 2; length <= size; length *= 2) {
      const [half, stride] = [length / 2, size / length];
      for (let start = 0; start < size; start += length)
        for (let k = 0; k < half; k++) {
          const [cosine, sine] = [this.#cosines[k * stride], this.#sines[k * stride]];
          const [a, b] = [start + k, start + k + half];
          const re = real[b] * cosine - imaginary[b] * sine;
          const im = real[b] * sine + imaginary[b] * cosine;
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
    }
    for (let k = 0; k <= size / 2; k++) into[k] += this.#scale * (real[k] ** 2 + imaginary[k] ** 2);
  }
}
