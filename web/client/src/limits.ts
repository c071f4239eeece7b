/** The limits of what a client writes, checked before it is sent: those of `schema/limits.py`. */
export { LIMITS } from '../../../schema/exported/parley.js';
