/** What the tests of whole programs have in common: the library, the front end, a training loop to look into. */
package org.altdsl.tests.bench;
