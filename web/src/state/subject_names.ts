/**
 * What of a tag's name says which part of a program it is about, without what says only what was recorded of that part:
 * of `grad/decoder.3.weight`, `weights/decoder/3` and the module `decoder.3` it is `decoder`, `3`. The rule is in
 * docs/viewer.md, "Subjects".
 */

import { maySplit } from "./tag_tree";

/** Segments that wrappers add to the paths of modules: torch.compile, FSDP, checkpoints, Lightning Fabric, DDP. */
const WRAPPER =
  /^(?:_orig_mod|_fsdp_wrapped_module|_fpw_module|_checkpoint_wrapped_module|_forward_module|module)$/u;

const THING = "(?:grad|gradient|weight|param|parameter|bias|activation|act|update)";
const NUMBER_OF = "(?:norm|mean|std|var|min|max|rms|hist|histogram|distribution)";
/** Up to a slash: what was recorded of what follows. `grad_2.0_norm` is Lightning's. */
const MEASURE = new RegExp(
  `^(?:${THING}(?:e?s)?(?:_${NUMBER_OF}s?)?|grad_[\\d.]+_norm(?:_step|_epoch)?|norms|stats|histograms?|distributions?)$`,
  "iu",
);
/** At the end, behind a slash: what was computed of it, and what writers add to names. */
const STATISTIC = new RegExp(
  `^(?:${NUMBER_OF}s?|median|l1|l2|absmax|grads?|gradients?|inputs?|outputs?|activations?` +
    `|${THING}s?_${NUMBER_OF}s?|text_summary|histogram_summary|image|audio)$`,
  "iu",
);
/** The parameters of Keras' layers, and behind them what its older versions make of `kernel:0`. */
const OF_KERAS =
  /^(?:(?:recurrent_|depthwise_|pointwise_)?kernel|gamma|beta|embeddings|moving_mean|moving_variance)(?:[_:]0)?$/u;
const OF_TORCH =
  /^(?:(?:weight|bias)(?:_(?:ih|hh)_l\d+(?:_reverse)?)?|in_proj_(?:weight|bias)|running_mean|running_var|num_batches_tracked)(?:_grad|[_:]0)?$/u;
/** Of these alone nothing would be said: `train/grad_norm` and `eval/gamma` stay whole. */
const PHASE = /^(?:train|training|val|valid|validation|eval|evaluation|test)$/iu;

/** A part of a name, up to a slash or to a dot that may split it. Names that have it in common share one object. */
export interface Piece {
  readonly label: string;
  /** Behind a label; of the last piece of a name there is none. */
  readonly separator: "/" | "." | "";
  readonly isLeftOut: boolean;
  readonly isStatistic: boolean;
  readonly isOfKeras: boolean;
  readonly isOfTorch: boolean;
}

/** Text: a label and the separator behind it, or the end of a name. */
function pieceOf(text: string): Piece {
  const end = text.at(-1);
  const separator = end === "/" || end === "." ? end : "";
  const label = text.slice(0, -1);
  return {
    ...{ label, separator },
    isLeftOut: separator !== "" && (WRAPPER.test(label) || (separator === "/" && MEASURE.test(label))),
    isStatistic: STATISTIC.test(label),
    isOfKeras: OF_KERAS.test(label),
    isOfTorch: OF_TORCH.test(label),
  };
}

export interface PartName {
  /** At least one, unless the name has none. */
  pieces: readonly Piece[];
  /** Whether it ended with a parameter as Keras names it: then its layers may be numbered through a whole process. */
  isOfKeras: boolean;
}

const SLASH = 47;
const DOT = 46;
const END = "\n";

export class NameReader {
  /** By the label and the separator behind it. */
  readonly #known = new Map<string, Piece>();

  /** The pieces of a name; empty ones are left out. */
  pieces(name: string): Piece[] {
    const pieces: Piece[] = [];
    const { length } = name;
    let start = 0;
    for (let end = 0; end < length; end++) {
      const code = name.charCodeAt(end);
      if (code !== SLASH && (code !== DOT || !maySplit(name, end))) continue;
      if (end > start) pieces.push(this.#piece(name.slice(start, end + 1)));
      start = end + 1;
    }
    if (start < length) pieces.push(this.#piece(name.slice(start) + END));
    return pieces;
  }

  #piece(text: string): Piece {
    let piece = this.#known.get(text);
    if (piece === undefined) {
      piece = pieceOf(text);
      this.#known.set(text, piece);
    }
    return piece;
  }

  part(name: string): PartName {
    const pieces = this.pieces(name);
    let last = pieces.length - 1;
    // TensorFlow 1 writes each picture and each sound of a batch to a tag of its own: `samples/image/0`.
    if (last > 1 && /^(?:image|audio)$/u.test(pieces[last - 1].label) && /^\d+$/u.test(pieces[last].label))
      last--;
    while (
      (isBehind(pieces, last, "/") && pieces[last].isStatistic) ||
      (isBehind(pieces, last, ".") && pieces[last].label === "grad")
    )
      last--;
    const isOfKeras = isBehind(pieces, last, "/") && pieces[last].isOfKeras;
    const isOfTorch = isBehind(pieces, last, "/.") && pieces[last].isOfTorch;
    if (isOfKeras || isOfTorch) last--;
    const kept = pieces.filter((piece, i) => i === last || (i < last && !piece.isLeftOut));
    return { pieces: kept, isOfKeras };
  }
}

/** Whether the last piece may be left out, and stands behind such a separator. */
function isBehind(pieces: readonly Piece[], last: number, separators: string): boolean {
  const before = pieces[last - 1];
  return last > 0 && separators.includes(before.separator) && !(last === 1 && PHASE.test(before.label));
}
