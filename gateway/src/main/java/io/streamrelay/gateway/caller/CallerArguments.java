package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import jakarta.servlet.http.HttpServletRequest;
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
 * Gives controllers what a request is about: its {@link Caller} and {@link Owner}, the {@link
 * SessionKey} of owner and path, the {@link TurnId} of the path. The only way a controller comes by
 * an owner.
 */
final class CallerArguments implements HandlerMethodArgumentResolver {
  private static final Set<Class<?>> TYPES =
      Set.of(Caller.class, Owner.class, SessionKey.class, TurnId.class);

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
    Caller caller = caller(request);
    Class<?> type = parameter.getParameterType();
    if (type == Caller.class) {
      return caller;
    }
    if (type == Owner.class) {
      return caller.owner();
    }
    return type == TurnId.class
        ? turn(variable(request, "turn"))
        : new SessionKey(caller.owner(), session(variable(request, "session")));
  }

  private static Caller caller(NativeWebRequest request) {
    HttpServletRequest asked = request.getNativeRequest(HttpServletRequest.class);
    Caller caller = asked == null ? null : Caller.of(asked);
    if (caller == null) {
      throw Refusals.unauthorized("there is no caller").exception();
    }
    return caller;
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
