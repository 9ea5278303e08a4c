/** What networks in time mean: the order of a step, delays, silence, events, traces, methods, draws and connections. */
package org.altdsl.tests.time;
