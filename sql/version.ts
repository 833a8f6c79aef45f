/** The version of the engine: that of the package. */
export const engineVersion = "0.2.0";
