/** Says that a text is not understood, or not allowed. Its message is a sentence without an end, for a person. */
export class StatementRefusal extends Error {}
