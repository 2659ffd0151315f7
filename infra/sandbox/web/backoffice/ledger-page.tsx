import { money } from '../design/format.js';
import { Badge, Empty, Notice, Panel } from '../design/parts.js';
import type { AuditResult, TrialBalance } from './answers.js';
import { AuditPanel } from './audit-panel.js';
import { BalanceChart } from './balance-chart.js';
import { Table } from './lists.js';
import { useAnswer } from './use-answer.js';
import { useAudit } from './use-audit.js';
import { count } from './words.js';

const EVERY_MS = 5_000;

/** Whether debits equal credits: as the read models have it now, and as the audit worked it out from every event. */
export function LedgerPage() {
  const balance = useAnswer<TrialBalance>('/ledger/trial-balance', EVERY_MS);
  const audit = useAudit();
  const audited = audit.state?.status === 'done' ? audit.state.result : undefined;
  return (
    <div class="stack">
      <h1>Ledger</h1>
      {balance.fault !== undefined && <Notice tone="bad">{balance.fault}</Notice>}
      {balance.value === undefined && balance.fault === undefined && <p class="muted">Loading …</p>}
      {balance.value?.currencies.length === 0 && <Empty>No money has moved yet.</Empty>}
      {balance.value?.currencies.map((row) => (
        <CurrencyPanel key={row.currency} row={row} position={balance.value?.position ?? ''} audited={audited} />
      ))}
      <AuditPanel audit={audit} />
    </div>
  );
}

type CurrencyRow = TrialBalance['currencies'][number];

function CurrencyPanel(props: {
  readonly row: CurrencyRow;
  readonly position: string;
  readonly audited: AuditResult | undefined;
}) {
  const { row, position, audited } = props;
  const { currency, groups } = row;
  return (
    <Panel
      title={`Trial balance, ${currency}`}
      aside={<Badge tone={row.balanced ? 'good' : 'bad'}>{row.balanced ? 'Balanced' : 'NOT balanced'}</Badge>}
    >
      <dl class="figures">
        {(
          [
            ['Debits', row.debits],
            ['Credits', row.credits],
            ['Difference', row.difference],
          ] as const
        ).map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="figure">{money(amount, currency)}</dd>
          </div>
        ))}
      </dl>
      <BalanceChart currency={currency} groups={groups} />
      <Table
        label={`Accounts in ${currency}`}
        isLedger
        head={[
          'Account',
          { number: 'Accounts' },
          { number: 'Debits' },
          { number: 'Credits' },
          { number: 'Balance' },
          'Audit',
        ]}
      >
        {groups.map((group) => (
          <tr key={group.account}>
            <td class="mono">{group.account}</td>
            <td class="number">{group.accounts.toLocaleString('en')}</td>
            <td class="number">{money(group.debits, currency)}</td>
            <td class="number">{money(group.credits, currency)}</td>
            <td class="number amount">{money(group.balance, currency)}</td>
            <td>
              <Audited group={group} audited={audited} />
            </td>
          </tr>
        ))}
      </Table>
      <p class="small muted">
        {count(row.accounts, 'account', 'accounts')}, as the read models have them at position {position}. Balance is
        credits less debits: what we owe the holder. The audit has the last word.
      </p>
    </Panel>
  );
}

/** The audit's own figures for the same accounts; they may be of an earlier moment. */
function Audited(props: { readonly group: CurrencyRow['groups'][number]; readonly audited: AuditResult | undefined }) {
  const { group, audited } = props;
  if (audited === undefined) return <span class="muted">Not yet</span>;
  const same = audited.groups.find(({ account, currency }) => account === group.account && currency === group.currency);
  if (same?.debits === group.debits && same.credits === group.credits) return <Badge tone="good">Same</Badge>;
  return (
    <>
      <Badge tone="gold">Other</Badge>
      <p class="small muted">
        {same === undefined
          ? 'Not in it'
          : `${money(same.debits, group.currency)} debits, ${money(same.credits, group.currency)} credits`}
      </p>
    </>
  );
}
