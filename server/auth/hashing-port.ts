/** What passes between the control thread and a hashing thread. */
export type HashRequest =
  | { readonly id: number; readonly kind: 'hash'; readonly password: string }
  | { readonly id: number; readonly kind: 'verify'; readonly password: string; readonly hash: string };

/** `hash`: the new hash; `isRight`: whether the password was the hash's. */
export type HashReply =
  | { readonly id: number; readonly hash: string }
  | { readonly id: number; readonly isRight: boolean }
  | { readonly id: number; readonly error: string };
