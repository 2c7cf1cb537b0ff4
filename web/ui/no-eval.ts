/**
 * The page's policy forbids making code from text. zod would try once, to know; told beforehand, it
 * does not, and no violation is reported. Imported first by the page and by each worker.
 */
import { config } from 'zod';

config({ jitless: true });
