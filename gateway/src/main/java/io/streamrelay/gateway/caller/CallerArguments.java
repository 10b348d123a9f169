package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Gives controllers what a request is about: its {@link Owner}, the {@link SessionKey} of owner and
 * path, the {@link TurnId} of the path. The only way a controller comes by an owner.
 */
final class CallerArguments implements HandlerMethodArgumentResolver {
  private static final Set<Class<?>> TYPES = Set.of(Owner.class, SessionKey.class, TurnId.class);

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return TYPES.contains(parameter.getParameterType());
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    Owner owner = owner(request);
    if (parameter.getParameterType() == Owner.class) {
      return owner;
    }
    return parameter.getParameterType() == TurnId.class
        ? turn(variable(request, "turn"))
        : new SessionKey(owner, session(variable(request, "session")));
  }

  private static Owner owner(NativeWebRequest request) {
    Object granted = request.getAttribute(CallerFilter.OWNER, RequestAttributes.SCOPE_REQUEST);
    if (granted instanceof Owner owner) {
      return owner;
    }
    throw CallerFilter.unauthorized().exception();
  }

  private static String variable(NativeWebRequest request, String name) {
    Object variables =
        request.getAttribute(
            HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
    return variables instanceof Map<?, ?> map && map.get(name) instanceof String value ? value : "";
  }

  private static SessionId session(String text) {
    try {
      return new SessionId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage())).exception();
    }
  }

  private static TurnId turn(String text) {
    try {
      return TurnId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.notFound("the session has no such turn").exception();
    }
  }
}
