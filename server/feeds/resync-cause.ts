/** Why a snapshot is needed. With `start` and `refresh` nothing is wrong. */
export type ResyncCause =
  | 'start'
  | 'refresh'
  | 'gap'
  | 'crossed'
  | 'thin'
  | 'mismatch'
  | 'behind'
  | 'checksum'
  | 'dropped'
  /** Frames of its connection are missing, and all its books are asked for together. */
  | 'lost-frames'
  | 'distrust';
