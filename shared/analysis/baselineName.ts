/** The file of a baseline, by its name. */

export const BASELINE_FILE_NAME = '.podproof-baseline.json';
