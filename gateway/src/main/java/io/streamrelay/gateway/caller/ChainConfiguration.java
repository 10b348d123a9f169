package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.context.WebApplicationContext;

/**
 * Who may go where: one chain for each port, each with a last rule that denies. Only a request's
 * first pass goes through them (spring.security.filter.dispatcher-types): what it goes on with
 * asynchronously was let in then.
 */
@Configuration(proxyBeanMethods = false)
class ChainConfiguration {
  private static final String API = "/api";
  private static final String OPENAI = "/v1";
  private static final String SOCKETS = "/ws";
  private static final String ADMIN = "/admin";
  private static final String HEALTH = "/actuator/health/";

  /** Whether there are routes for callers below that path. */
  static boolean isForCallers(HttpServletRequest request) {
    return isBelow(API, request)
        || isBelow(OPENAI, request)
        || isBelow(SOCKETS, request)
        || isForAdmins(request);
  }

  static boolean isForAdmins(HttpServletRequest request) {
    return isBelow(ADMIN, request);
  }

  private static boolean isBelow(String root, HttpServletRequest request) {
    String path = request.getServletPath();
    return path.equals(root) || path.startsWith(root + "/");
  }

  /** The management port: what runs in another servlet context than the application. */
  @Bean
  @Order(1)
  SecurityFilterChain managementChain(HttpSecurity http, WebApplicationContext application) {
    http.securityMatcher(request -> request.getServletContext() != application.getServletContext());
    return plain(http)
        .exceptionHandling(answers ->
            answers.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.NOT_FOUND)))
        .authorizeHttpRequests(rules -> {
          for (HttpMethod read : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
            rules
                .requestMatchers(
                    read, HEALTH + "liveness", HEALTH + "readiness", "/actuator/prometheus")
                .permitAll();
          }
          rules.anyRequest().denyAll();
        })
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain publicChain(HttpSecurity http, CallerFilter callers) {
    Refusals refusals = new Refusals();
    return plain(http)
        .exceptionHandling(
            answers -> answers.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .addFilterBefore(callers, AuthorizationFilter.class)
        .authorizeHttpRequests(rules -> {
          rules.requestMatchers(HttpMethod.GET, OpenPaths.PATTERNS).permitAll();
          rules.requestMatchers(HttpMethod.HEAD, OpenPaths.PATTERNS).permitAll();
          rules.requestMatchers(API, API + "/**").authenticated();
          rules.requestMatchers(OPENAI, OPENAI + "/**").authenticated();
          rules.requestMatchers(SOCKETS, SOCKETS + "/**").authenticated();
          rules.requestMatchers(ADMIN, ADMIN + "/**").hasAuthority(CallerFilter.ADMIN);
          rules.anyRequest().denyAll();
        })
        .build();
  }

  /**
   * Without all that serves browsers with cookies: a key comes with every request, by itself, so
   * there is no session, no login and nothing to forge. Headers are set for all answers elsewhere.
   */
  private static HttpSecurity plain(HttpSecurity http) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .servletApi(AbstractHttpConfigurer::disable)
        .headers(AbstractHttpConfigurer::disable)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
  }

  /** Refuses ambiguous paths. Headers and parameters are left to those who read them. */
  @Bean
  HttpFirewall pathFirewall() {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setAllowedHeaderNames(name -> true);
    firewall.setAllowedHeaderValues(value -> true);
    firewall.setAllowedParameterNames(name -> true);
    firewall.setAllowedParameterValues(value -> true);
    return firewall;
  }

  @Bean
  RequestRejectedHandler ambiguousPath() {
    return (request, response, rejected) ->
        ProblemWriter.write(
            Problem.invalid("the request's path isn't a plain one"), request, response);
  }

  /** The chain shows nothing that the server's own observation of the request doesn't. */
  @Bean
  SecurityObservationSettings unobserved() {
    return SecurityObservationSettings.noObservations();
  }
}
