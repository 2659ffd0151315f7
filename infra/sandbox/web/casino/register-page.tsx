import { useSignal } from '@preact/signals';
import { call } from '../design/api.js';
import { Form, useSending } from '../design/form.js';
import { Field, Panel, Select } from '../design/parts.js';
import { goTo } from '../design/router.js';
import { registeredEmail } from './session.js';
import { registeredId } from './tour-facts.js';

const COUNTRIES = [
  { value: 'SE', label: 'Sweden' },
  { value: 'DE', label: 'Germany' },
  { value: 'MT', label: 'Malta' },
  { value: 'GB', label: 'United Kingdom' },
];
const CURRENCIES = ['EUR', 'USD', 'GBP'].map((value) => ({ value, label: value }));

const EMPTY = {
  first_name: '',
  last_name: '',
  email: '',
  password: '',
  birth_date: '1990-01-31',
  country: 'SE',
  currency: 'EUR',
};

export function RegisterPage() {
  const fields = useSignal(EMPTY);
  const sending = useSending();
  const bound = (name: keyof typeof EMPTY) => ({
    name,
    value: fields.value[name],
    fault: sending.fault(name),
    onValue: (value: string) => {
      fields.value = { ...fields.value, [name]: value };
    },
  });
  const onSend = async () => {
    const { player_id } = await call<{ player_id: string }>('/players', { method: 'POST', json: fields.value });
    registeredEmail.value = fields.value.email;
    registeredId.value = player_id;
    goTo('/login');
    return undefined;
  };
  return (
    <div class="narrow" data-tour="register">
      <Panel title="Register">
        <Form sending={sending} onSend={onSend}>
          <div class="fields">
            <Field label="First name" autocomplete="given-name" required {...bound('first_name')} />
            <Field label="Last name" autocomplete="family-name" required {...bound('last_name')} />
          </div>
          <Field label="E-mail address" type="email" autocomplete="email" required {...bound('email')} />
          <Field
            label="Password"
            type="password"
            autocomplete="new-password"
            hint="Eight characters or more"
            required
            {...bound('password')}
          />
          <div class="fields">
            <Field label="Birth date" type="date" autocomplete="bday" required {...bound('birth_date')} />
            <Select label="Country" choices={COUNTRIES} {...bound('country')} />
            <Select label="Currency" choices={CURRENCIES} {...bound('currency')} />
          </div>
          <div class="row apart">
            <button class="button" type="submit" disabled={sending.busy}>
              Register
            </button>
            <a href="#/login">I have an account</a>
          </div>
        </Form>
      </Panel>
    </div>
  );
}
