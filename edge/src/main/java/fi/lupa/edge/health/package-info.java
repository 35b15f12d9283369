/** Whether a service lives and whether it is ready, with the reasons why not. */
package fi.lupa.edge.health;
