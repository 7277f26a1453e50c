/** Data of an agent: any JSON, shown as text. Short values stand in the line, others open. */
export function Data({ of: data }: { readonly of: unknown }) {
  if (data === undefined) return null;
  const line = JSON.stringify(data);
  if (line.length <= SHORT) return <code class="data">{line}</code>;
  return (
    <details class="data">
      <summary>
        <code>{line.slice(0, SHORT)}…</code>
      </summary>
      <pre>{JSON.stringify(data, null, 2)}</pre>
    </details>
  );
}

const SHORT = 32;
