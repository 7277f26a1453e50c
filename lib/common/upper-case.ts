/** Keeps the literal type, so that names of types can be composed: `completed` → `COMPLETED`. */
export const upperCase = <Text extends string>(text: Text): Uppercase<Text> => text.toUpperCase() as Uppercase<Text>;
