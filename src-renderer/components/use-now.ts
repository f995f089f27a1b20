import { useEffect, useState } from 'react';

/** The time, anew every `everyMs`, while `running`. */
export function useNow(everyMs: number, running: 'running' | 'still' = 'running'): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (running === 'still') return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}
