/** A spec as the fuzz writes them: always well formed (K1 to K5). */
export interface Spec {
  readonly match: readonly Match[];
}

export type Match = (Alternative & { readonly optional?: boolean }) | MatchOfAlternatives;

export interface MatchOfAlternatives {
  readonly alternatives: readonly Alternative[];
  readonly optional?: boolean;
}

export interface Alternative {
  readonly path: string;
  readonly fields?: readonly Field[];
}

export type Field = string | NamedField | FieldOfAlternatives;

export interface FieldOfAlternatives {
  readonly alternatives: readonly NamedField[];
  readonly optional?: boolean;
}

export interface NamedField {
  readonly name: string;
  readonly type?: string;
  readonly min_length?: number;
  readonly is_nullable?: boolean;
  readonly optional?: boolean;
}

/** The alternatives of a match; one without any is its own only one. */
export function alternativesOf(match: Match): readonly Alternative[] {
  return "alternatives" in match ? match.alternatives : [match];
}

/** The alternatives of a field; one without any is its own only one. */
export function namesOf(field: Field): readonly NamedField[] {
  if (typeof field === "string") return [{ name: field }];
  return "alternatives" in field ? field.alternatives : [field];
}

export function isOptional(field: Field): boolean {
  return typeof field !== "string" && field.optional === true;
}
