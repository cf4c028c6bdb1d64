/** Temporary credentials of AWS, as `aws sts` and the access portal show them. */
export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  /** Long-lived keys have none; they belong in no browser, so it is required. */
  session_token: string;
}

/**
 * Finds the three values in what people copy: lines of `export NAME=value`, of a credentials file, or the JSON of `aws sts`.
 */
export function parseCredentials(text: string): Partial<Credentials> {
  const value = (name: string) => {
    const found = new RegExp(`${name}["']?\\s*[:=]\\s*["']?([A-Za-z0-9/+=_-]+)`, 'i').exec(text);
    return found?.[1];
  };
  const found = {
    access_key_id: value('aws_?access_?key_?id') ?? value('AccessKeyId'),
    secret_access_key: value('aws_?secret_?access_?key') ?? value('SecretAccessKey'),
    session_token: value('aws_?session_?token') ?? value('SessionToken'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text)) as Partial<Credentials>;
}
