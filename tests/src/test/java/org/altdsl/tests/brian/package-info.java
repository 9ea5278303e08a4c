/** Networks of spiking neurons beside Brian 2. */
package org.altdsl.tests.brian;
