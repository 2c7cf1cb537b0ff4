/** A helper of the page's crew, as the console's own. */
import type { BandAnswer, BandRequest } from '../../shaders/correlation/crew.ts';
import { answerBands } from '../../shaders/correlation/helper.ts';

const scope = self as unknown as {
  postMessage: (message: BandAnswer, moved: Transferable[]) => void;
  onmessage: ((event: MessageEvent<BandRequest>) => void) | null;
};

const answer = answerBands((message, moved) => scope.postMessage(message, moved));
scope.onmessage = ({ data }) => answer(data);
