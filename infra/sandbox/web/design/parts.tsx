import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type Tone = 'good' | 'bad' | 'gold' | 'accent';

/** A titled part of a page. */
export function Panel(props: {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly id?: string;
  readonly children: ComponentChildren;
}) {
  const heading = useId();
  return (
    <section class="panel" id={props.id} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

export function Badge({ tone, children }: { readonly tone?: Tone | undefined; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone ?? ''}`}>{children}</span>;
}

/** Said aloud when it appears: at once when something went wrong, else when there is a pause. */
export function Notice({ tone, children }: { readonly tone?: 'good' | 'bad'; readonly children: ComponentChildren }) {
  return (
    <div class={`notice ${tone ?? ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

export type FieldType = 'text' | 'email' | 'password' | 'tel' | 'date' | 'datetime-local' | 'search' | 'number';

export type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly name: string;
  readonly type?: FieldType;
  readonly autocomplete?: string;
  /** `decimal` brings up digits on a phone. */
  readonly inputMode?: 'decimal' | 'numeric';
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly hint?: string | undefined;
  /** What is wrong with it; said with the field. */
  readonly fault?: string | undefined;
};

export function Field(props: FieldProps) {
  const { label, value, onValue, hint, fault } = props;
  const id = useId();
  const note = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={props.name}
        // Preact's types tell the kinds of input apart by their literal, and each of these takes what is given here.
        type={(props.type ?? 'text') as 'text'}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        autocomplete={props.autocomplete ?? 'off'}
        inputMode={props.inputMode}
        required={props.required}
        disabled={props.disabled}
        aria-invalid={fault === undefined ? undefined : true}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      {note !== undefined && (
        <small id={`${id}-note`} class={fault === undefined ? '' : 'bad'}>
          {note}
        </small>
      )}
    </div>
  );
}

export type Choice = { readonly value: string; readonly label: string };

export function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onValue: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onValue(event.currentTarget.value)}>
        {props.choices.map(({ value, label }) => (
          <option key={value} value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Switch(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChecked: (checked: boolean) => void;
}) {
  return (
    <label class="switch">
      <span>{props.label}</span>
      <input
        type="checkbox"
        role="switch"
        checked={props.checked}
        aria-checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChecked(event.currentTarget.checked)}
      />
    </label>
  );
}

/** How far something is, from 0 to 1. */
export function Meter(props: { readonly label: string; readonly share: number; readonly tone?: 'gold' }) {
  const percent = Math.round(Math.min(1, Math.max(0, props.share)) * 1_000) / 10;
  return (
    <svg
      class={`meter ${props.tone ?? ''}`}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <rect class="meter-track" width="100%" height="100%" />
      <rect class="meter-fill" width={`${percent}%`} height="100%" />
    </svg>
  );
}

/** A modal dialog, open while it is shown. Escape closes it, and focus goes back to where it came from. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={heading} onClose={props.onClose}>
      <div class="stack">
        <h2 id={heading}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
