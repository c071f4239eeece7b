/** Two plots of a campaign from its start on: everybody by outcome, and how fast it went. */
import { Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import type { CampaignStatus } from 'parley-client';
import { duration, rate } from './numbers.js';
import classes from './plots.module.css';
import { areaPath, type Box, FEWEST_LOOKS, type Look, linePath, looksOf, ratesOf } from './progress.js';
import { useText } from './texts.js';

const [WIDTH, HEIGHT] = [480, 140];

export function Plots({ campaign }: { campaign: CampaignStatus }) {
  const t = useText();
  const looks = looksOf(campaign);
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || looks.length < FEWEST_LOOKS) return null;
  const span = { from: first.at, to: last.at };
  const rates = ratesOf(looks);
  const fastest = Math.max(...rates.map(({ perSecond }) => perSecond), 0);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Plot
        title={t('campaigns.plot.sums')}
        says={t('campaigns.sums', { ...last.sums, all: campaign.audienceCount })}
        top={String(campaign.audienceCount)}
        span={span}
      >
        <Sums looks={looks} box={{ ...span, width: WIDTH, height: HEIGHT, top: campaign.audienceCount }} />
      </Plot>
      <Plot
        title={t('campaigns.plot.rate')}
        says={t('campaigns.plot.fastest', { rate: rate(fastest) })}
        top={rate(fastest)}
        span={span}
      >
        <path
          className={classes.rate}
          d={linePath(
            rates.flatMap(({ from, to, perSecond: y }) => [
              { x: from, y },
              { x: to, y },
            ]),
            { ...span, width: WIDTH, height: HEIGHT, top: fastest },
          )}
        />
      </Plot>
    </SimpleGrid>
  );
}

/** Reached below, then those who will not be, then those who wait: the three fill the plot to its top. */
function Sums({ looks, box }: { looks: readonly Look[]; box: Box }) {
  const line = (height: (look: Look) => number) => looks.map((look) => ({ x: look.at, y: height(look) }));
  const ground = line(() => 0);
  const reached = line(({ sums }) => sums.reached);
  const settled = line(({ sums }) => sums.reached + sums.unreached);
  const all = line(({ sums }) => sums.reached + sums.unreached + sums.waiting);
  return (
    <>
      <path className={classes.waiting} d={areaPath(all, settled, box)} />
      <path className={classes.unreached} d={areaPath(settled, reached, box)} />
      <path className={classes.reached} d={areaPath(reached, ground, box)} />
    </>
  );
}

interface PlotProps {
  title: string;
  /** The same in words, for those who do not see it. */
  says: string;
  top: string;
  span: { from: number; to: number };
  children: React.ReactNode;
}

function Plot({ title, says, top, span, children }: PlotProps) {
  return (
    <Paper withBorder p="md" component="figure" m={0}>
      <Group justify="space-between" component="figcaption" mb="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {says}
        </Text>
      </Group>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.plot} role="img" aria-label={`${title}: ${says}`}>
        <line className={classes.grid} x1={0} x2={WIDTH} y1={0.5} y2={0.5} />
        <line className={classes.grid} x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        <line className={classes.grid} x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {children}
      </svg>
      <Group justify="space-between" mt={4} dir="ltr" aria-hidden>
        <Text size="xs" c="dimmed">
          0
        </Text>
        <Text size="xs" c="dimmed">
          {duration((span.to - span.from) / 1000)} · {top}
        </Text>
      </Group>
    </Paper>
  );
}
