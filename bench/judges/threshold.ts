/** ln(1/α) and ln(1/β) for error rates of 5 %. */
export const threshold = Math.log(20);
