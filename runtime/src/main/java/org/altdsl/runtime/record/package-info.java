/** Writes what an experiment records, as it comes, in memory that does not grow with the run; and reads it again. */
package org.altdsl.runtime.record;
