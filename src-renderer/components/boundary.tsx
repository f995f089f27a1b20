import { Button, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { i18n } from '../i18n/index.ts';

/** A screen that failed is never a blank one. The error itself is not shown: it could quote a value. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Stack align="center" justify="center" h="100vh" role="alert">
        <Title order={2}>{i18n.t('crash.title')}</Title>
        <Text>{i18n.t('crash.text')}</Text>
        <Button onClick={() => window.location.reload()}>{i18n.t('action.reload')}</Button>
      </Stack>
    );
  }
}
