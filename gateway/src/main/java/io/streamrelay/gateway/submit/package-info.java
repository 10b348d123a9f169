/**
 * Handing in a turn: body → admission → PostgreSQL → user entry → job. Takes a request, gives a
 * turn that will be answered whatever dies. Read {@link
 * io.streamrelay.gateway.submit.SubmitController} first, then {@link
 * io.streamrelay.gateway.submit.Submitter}.
 */
@NullMarked
package io.streamrelay.gateway.submit;

import org.jspecify.annotations.NullMarked;
