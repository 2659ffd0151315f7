import { useSignal } from '@preact/signals';
import { call } from '../design/api.js';
import { Form, useSending } from '../design/form.js';
import { Field, Notice, Panel } from '../design/parts.js';
import { goTo } from '../design/router.js';
import { registeredEmail, startSession } from './session.js';

export function LoginPage() {
  const email = useSignal(registeredEmail.value);
  const password = useSignal('');
  const sending = useSending();
  const onSend = async () => {
    const json = { email: email.value, password: password.value };
    const { player_id, token } = await call<{ player_id: string; token: string }>('/login', { method: 'POST', json });
    startSession({ playerId: player_id, token, email: email.value });
    goTo('/');
    return undefined;
  };
  return (
    <div class="narrow" data-tour="login">
      <Panel title="Log in">
        {registeredEmail.value !== '' && <Notice tone="good">You are registered. Log in to go on.</Notice>}
        <Form sending={sending} onSend={onSend}>
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autocomplete="username"
            required
            value={email.value}
            onValue={(value) => {
              email.value = value;
            }}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password.value}
            onValue={(value) => {
              password.value = value;
            }}
          />
          <div class="row apart">
            <button class="button" type="submit" disabled={sending.busy}>
              Log in
            </button>
            <a href="#/register">Register instead</a>
          </div>
        </Form>
      </Panel>
    </div>
  );
}
