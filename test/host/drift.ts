/**
 * Compile-time only: the stand-in's shapes against electron.d.ts. A member Electron does not have, or has otherwise,
 * is a type error here.
 */

import type { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type * as standIn from './electron.ts';

/** Members of Ours that Electron does not have, or has with another type. */
type Drift<Real, Ours> = {
  [K in Exclude<keyof Ours, keyof EventEmitter>]: K extends keyof Real ? (Ours[K] extends Real[K] ? never : K) : K;
}[Exclude<keyof Ours, keyof EventEmitter>];

/** Holds when nothing drifts except what is named: parts made of other stand-ins, and the host's own doors. */
type Holds<Real, Ours, Known extends PropertyKey = never> = [Exclude<Drift<Real, Ours>, Known>] extends [never]
  ? true
  : { drifted: Exclude<Drift<Real, Ours>, Known> };

type Window = InstanceType<typeof standIn.BrowserWindow>;
type Contents = Window['webContents'];
type Session = typeof standIn.session.defaultSession;

/** One line for each part of the facade. */
export type NoDrift = [
  Assert<Holds<Electron.App, typeof standIn.app, 'commandLine' | 'markReady' | 'allClosed'>>,
  Assert<Holds<Electron.CommandLine, typeof standIn.app.commandLine>>,
  Assert<Holds<Electron.BrowserWindow, Window, 'webContents' | 'isClosing'>>,
  Assert<Holds<typeof Electron.BrowserWindow, typeof standIn.BrowserWindow, StaticParts>>,
  Assert<Holds<Electron.WebContents, Contents, 'session' | 'mainFrame' | 'capturePage' | 'withPage' | HostDoors>>,
  Assert<Holds<Electron.Session, Session, 'protocol' | 'webRequest' | HostDoors>>,
  Assert<Holds<Electron.Protocol, Session['protocol']>>,
  Assert<Holds<Electron.WebRequest, Session['webRequest']>>,
  Assert<Holds<typeof Electron.session, typeof standIn.session, 'fromPartition' | 'defaultSession'>>,
  Assert<Holds<Electron.IpcMain, typeof standIn.ipcMain>>,
  Assert<Holds<typeof Electron.Menu, typeof standIn.Menu, MenuParts>>,
  Assert<Holds<Electron.NativeTheme, typeof standIn.nativeTheme>>,
  Assert<Holds<Electron.PowerMonitor, typeof standIn.powerMonitor>>,
  Assert<Holds<Electron.Dialog, typeof standIn.dialog>>,
  Assert<Holds<Electron.Clipboard, typeof standIn.clipboard>>,
  Assert<Holds<Electron.Screen, typeof standIn.screen, 'getPrimaryDisplay'>>,
  Assert<Holds<typeof Electron, typeof standIn, keyof typeof standIn>>,
  Assert<[Exclude<keyof typeof standIn, keyof typeof Electron>] extends [never] ? true : false>,
];

type Assert<T extends true> = T;
type StaticParts = 'prototype' | 'getAllWindows' | 'getFocusedWindow' | 'fromWebContents' | 'fromId';
type MenuParts = 'prototype' | 'buildFromTemplate' | 'setApplicationMenu' | 'getApplicationMenu';
type HostDoors = 'markDestroyed' | 'gone' | 'handlerOf' | 'askBeforeRequest' | 'askHeadersReceived';
